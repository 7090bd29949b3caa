//! The screens are built by `scripts/web.sh` into `clients/web/dist` and embedded. Without them the program still builds,
//! and says at `/` how to get them: a change of a rule needs no Node.

use std::path::Path;

fn main() {
    let screens = Path::new("clients/web/dist");
    println!("cargo::rerun-if-changed=clients/web/dist");
    if let Err(error) = std::fs::create_dir_all(screens) {
        println!("cargo::error=make {}: {error}", screens.display());
    }
}
