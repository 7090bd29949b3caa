//! Every index of vectors keeps the same law: what is put is found, what is removed is not, and it is there after a restart.

use jiwen::search::{Exact, SearchError, Server, Vectors};
use uuid::Uuid;

const WIDTH: usize = 8;

/// A vector that points mostly in one of the directions.
fn row(direction: usize, slant: f32) -> Vec<f32> {
    let mut row = vec![0.0; WIDTH];
    row[direction % WIDTH] = 2.0;
    row[(direction + 1) % WIDTH] = slant;
    row
}

fn key(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn keeps_the_law(index: &dyn Vectors) {
    let rows: Vec<_> = (0..40)
        .map(|n| (key(n), row(n as usize, n as f32 / 100.0)))
        .collect();
    index.put(&rows).expect("rows fit");
    let near = index.nearest(&row(3, 0.03), 5).expect("it answers");
    let keys: Vec<u128> = near.iter().map(|one| one.key.as_u128()).collect();
    assert_eq!(keys, [3, 11, 19, 27, 35], "all that point there, in order");
    assert!((near[0].cosine - 1.0).abs() < 1e-4, "{near:?}");
    assert!(near.is_sorted_by(|a, b| a.cosine >= b.cosine));

    index.remove(&[key(3), key(99)]).expect("it can be removed");
    index.put(&[(key(11), row(5, 0.0))]).expect("rows fit");
    let near = index.nearest(&row(3, 0.03), 2).expect("it answers");
    let keys: Vec<u128> = near.iter().map(|one| one.key.as_u128()).collect();
    assert_eq!(keys, [19, 27]);
    let mut keys = index.keys().expect("it answers");
    keys.sort_unstable();
    let expected: Vec<Uuid> = (0..40).filter(|n| *n != 3).map(key).collect();
    assert_eq!(keys, expected);
    let wrong = index.nearest(&[1.0; WIDTH + 1], 1);
    assert!(matches!(wrong, Err(SearchError::Width { .. })));
}

#[test]
fn an_index_in_memory_keeps_the_law() {
    keeps_the_law(&Exact::new(WIDTH));
}

/// An index that may not be built in.
type Opened = Result<Box<dyn Vectors>, SearchError>;

fn open_server(url: &str, name: &str) -> Opened {
    Server::open(url, "", name, WIDTH).map(|server| Box::new(server) as Box<dyn Vectors>)
}

/// The index, or a word that it is left out.
fn or_skip(opened: Opened) -> Option<Box<dyn Vectors>> {
    match opened {
        Err(error @ SearchError::NotBuilt { .. }) => {
            println!("SKIPPED: {error}");
            None
        }
        opened => Some(opened.expect("it can be opened")),
    }
}

#[test]
fn an_index_on_a_server_keeps_the_law() {
    let Ok(url) = std::env::var("JIWEN_QDRANT_URL") else {
        return println!("SKIPPED: JIWEN_QDRANT_URL names no Qdrant server");
    };
    let name = format!("jiwen-test-{}", std::process::id());
    let Some(server) = or_skip(open_server(&url, &name)) else {
        return;
    };
    keeps_the_law(&*server);
    let again = open_server(&url, &name).expect("it is there");
    let keys = again.keys().expect("it answers");
    assert_eq!(keys.len(), 39);
    again.remove(&keys).expect("it can be emptied");
    assert!(server.keys().expect("it answers").is_empty());
}

#[test]
fn a_server_that_is_not_there_is_named_with_its_address() {
    let refused = open_server("http://127.0.0.1:9", "none").err();
    let told = refused.expect("nothing listens there").to_string();
    let named = told.contains("http://127.0.0.1:9") || told.contains("qdrant-server");
    assert!(named && told.lines().count() == 1, "{told}");
}
