fn main() { satchel_shell::run() }
