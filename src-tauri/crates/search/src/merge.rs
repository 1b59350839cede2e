//! One list from the lists of several accounts.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::Rank;

/// The best `limit` of several lists, best first.
///
/// Every list must be sorted best first, and the ranks must have been made with the same document frequencies. Equal ranks keep the
/// order of the lists, so that the same lists always give the same answer.
#[must_use]
pub fn merge<T>(lists: Vec<Vec<T>>, rank: impl Fn(&T) -> Rank, limit: usize) -> Vec<T> {
    let mut heads = BinaryHeap::with_capacity(lists.len());
    let mut rest: Vec<(Option<T>, std::vec::IntoIter<T>)> = Vec::with_capacity(lists.len());
    for (at, list) in lists.into_iter().enumerate() {
        let mut items = list.into_iter();
        let head = items.next();
        if let Some(head) = &head {
            heads.push((rank(head), Reverse(at)));
        }
        rest.push((head, items));
    }
    let mut merged = Vec::new();
    while merged.len() < limit {
        let Some((_, Reverse(at))) = heads.pop() else { break };
        let Some((head, items)) = rest.get_mut(at) else { break };
        let next = items.next();
        if let Some(next) = &next {
            heads.push((rank(next), Reverse(at)));
        }
        merged.extend(std::mem::replace(head, next));
    }
    merged
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use satchel_model::Timestamp;

    use super::*;
    use crate::rank::Tier;

    fn rank(score: u32) -> Rank {
        Rank { tier: Tier::AllWords, score: f64::from(score), edited_at: Timestamp::UNIX_EPOCH }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn merging_is_sorting_everything(lists in prop::collection::vec(prop::collection::vec(0_u32..50, 0..8), 0..5), limit in 0_usize..20) {
            let sorted: Vec<Vec<u32>> = lists.iter().map(|list| {
                let mut list = list.clone();
                list.sort_by_key(|score| Reverse(*score));
                list
            }).collect();
            let mut all = sorted.concat();
            all.sort_by_key(|score| Reverse(*score));
            all.truncate(limit);
            prop_assert_eq!(merge(sorted, |score| rank(*score), limit), all);
        }
    }

    #[test]
    fn equals_keep_the_order_of_their_lists() {
        let merged = merge(vec![vec!["a1", "a2"], vec!["b1"]], |_| rank(1), 10);
        assert_eq!(merged, ["a1", "a2", "b1"]);
    }
}
