//! Whether there is a screen to open a window on. Without one, GTK ends the program before anybody can say why.

/// What is known of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// It is there.
    Ready,
    /// The environment names none.
    Unnamed,
    /// It is named and does not answer.
    Silent,
}

/// Looks for the screen. On the main thread, before anything else of GTK: it begins what opening a window goes on with.
#[cfg(target_os = "linux")]
#[must_use]
pub fn look(is_named: bool) -> Screen {
    if !is_named {
        return Screen::Unnamed;
    }
    if answers() { Screen::Ready } else { Screen::Silent }
}

#[cfg(not(target_os = "linux"))]
#[must_use]
pub const fn look(_is_named: bool) -> Screen {
    Screen::Ready
}

/// Asks GTK, which is in the program anyway.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the function has no wrapper that says no in place of ending the program")]
fn answers() -> bool {
    use std::{
        ffi::{c_char, c_int},
        ptr::null_mut,
    };
    type InitCheck = unsafe extern "C" fn(*mut c_int, *mut *mut *mut c_char) -> c_int;
    // SAFETY: the program is linked to this library, so its initialisers have run already.
    let Ok(gtk) = (unsafe { libloading::Library::new("libgtk-3.so.0") }) else { return true };
    // SAFETY: the name and the type are those of GTK 3; the arguments may be null. It may be called again later.
    let is_there = match unsafe { gtk.get::<InitCheck>(b"gtk_init_check\0") } {
        Ok(init_check) => (unsafe { init_check(null_mut(), null_mut()) }) != 0,
        Err(_) => true,
    };
    // The library stays, whatever becomes of this handle.
    std::mem::forget(gtk);
    is_there
}
