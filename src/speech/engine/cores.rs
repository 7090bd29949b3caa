//! How many cores are free. whisper.cpp's threads wait for each other while they hold the cores, so that two of them
//! beside another program's on two cores take five times as long as one alone would.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

/// Looked at this often, as a task that runs for a moment counts for nothing.
const LOOKS: usize = 3;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);

/// Cores that nobody else works on just now, at least one and `most` at most; `most` where the system does not say.
pub(super) fn free_cores(most: u32) -> u32 {
    let mut busy = u32::MAX;
    for look in 0..LOOKS {
        if look > 0 {
            sleep(PAUSE);
        }
        let Some(running) = fs::read_to_string("/proc/loadavg")
            .ok()
            .and_then(|line| running(&line))
        else {
            return most;
        };
        // One of the running is who asks.
        busy = busy.min(running.saturating_sub(1));
    }
    let Some(all) = fs::read_to_string("/proc/stat")
        .ok()
        .map(|text| cores(&text))
    else {
        return most;
    };
    all.saturating_sub(busy).clamp(1, most.max(1))
}

/// Tasks that run or could: the fourth field of `/proc/loadavg`, `2/345`.
fn running(line: &str) -> Option<u32> {
    line.split(' ').nth(3)?.split_once('/')?.0.parse().ok()
}

/// Lines `cpu0`, `cpu1`, … of `/proc/stat`.
fn cores(text: &str) -> u32 {
    let lines = text.lines().filter_map(|line| line.strip_prefix("cpu"));
    let numbered = lines.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    u32::try_from(numbered.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_read() {
        assert_eq!(running("0.20 0.18 0.12 3/80 11206\n"), Some(3));
        assert_eq!(running("nonsense"), None);
        assert_eq!(cores("cpu  1 2\ncpu0 1\ncpu1 1\nintr 5\n"), 2);
    }

    #[test]
    fn one_core_at_least_and_no_more_than_asked() {
        assert_eq!(free_cores(1), 1);
        assert!((1..=64).contains(&free_cores(64)));
    }
}
