//! The simulator behind the demo, in this process: requests are handed to it in place of a socket.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use satchel_notion::{Phase, Transport, TransportError, TransportFault};
use satchel_sim::{ConnectionLost, SimClock, Simulator, SimulatorOptions, SlowBody, seed::Seed};

use crate::{AppError, config::Clock, error::internal};

/// Carries requests to a simulator in this process.
#[derive(Debug, Clone)]
pub struct InProcess(Simulator);

impl InProcess {
    /// A way to this simulator.
    #[must_use]
    pub const fn new(simulator: Simulator) -> Self {
        Self(simulator)
    }
}

impl Transport for InProcess {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let answer = self.0.handle(request).map_err(|lost: ConnectionLost| {
            // A client cannot see whether the service had read it; what it knows is that its bytes went out.
            TransportError::new(Phase::AfterSend, TransportFault::Interrupted).with_source(lost)
        });
        Box::pin(async move {
            let answer = answer?;
            if let Some(SlowBody(time)) = answer.extensions().get() {
                tokio::time::sleep(*time).await;
            }
            Ok(answer)
        })
    }
}

/// A simulator that lives in the time of this clock.
pub(crate) fn on_clock(seed: Seed, clock: Arc<dyn Clock>) -> Result<Simulator, AppError> {
    let clock = SimClock::following(Arc::new(move || clock.now()));
    let options = SimulatorOptions { clock: Some(clock), ..SimulatorOptions::default() };
    Simulator::new(seed, options).map_err(|error| internal("the demo cannot be built", &error))
}
