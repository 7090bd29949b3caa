//! WAV files: 16-bit mono only, which is what prompts are.

use super::SpeechError;

/// Joins files of one rate; their heads may tell a wrong length, as those of a stream do.
pub(super) fn join(files: &[Vec<u8>]) -> Result<Vec<u8>, SpeechError> {
    let mut rate = None;
    let mut samples = vec![];
    for file in files {
        let (own, sound) = read(file)
            .ok_or_else(|| SpeechError::Speak("not a 16-bit mono WAV file".to_owned()))?;
        if *rate.get_or_insert(own) != own {
            return Err(SpeechError::Speak(format!(
                "recordings of {own} Hz among others"
            )));
        }
        samples.extend(sound);
    }
    Ok(write(&samples, rate.unwrap_or(16_000)))
}

/// A whole file.
pub(super) fn write(samples: &[i16], rate: u32) -> Vec<u8> {
    let bytes = (samples.len() * 2) as u32;
    let mut out = Vec::with_capacity(samples.len() * 2 + 44);
    out.extend(b"RIFF");
    out.extend((bytes + 36).to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend(16_u32.to_le_bytes());
    out.extend(1_u16.to_le_bytes()); // PCM
    out.extend(1_u16.to_le_bytes()); // one channel
    out.extend(rate.to_le_bytes());
    out.extend((rate * 2).to_le_bytes());
    out.extend(2_u16.to_le_bytes());
    out.extend(16_u16.to_le_bytes());
    out.extend(b"data");
    out.extend(bytes.to_le_bytes());
    out.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    out
}

/// Rate and samples.
fn read(file: &[u8]) -> Option<(u32, Vec<i16>)> {
    if file.get(..4)? != b"RIFF" || file.get(8..12)? != b"WAVE" {
        return None;
    }
    let word = |at: usize| Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?));
    let half = |at: usize| Some(u16::from_le_bytes(file.get(at..at + 2)?.try_into().ok()?));
    let (mut at, mut rate) = (12, None);
    loop {
        let (name, size, body) = (file.get(at..at + 4)?, word(at + 4)? as usize, at + 8);
        if name == b"fmt " {
            if (half(body)?, half(body + 2)?, half(body + 14)?) != (1, 1, 16) {
                return None;
            }
            rate = word(body + 4);
        }
        if name == b"data" {
            let end = body.saturating_add(size).min(file.len());
            let samples = file.get(body..end)?.chunks_exact(2);
            let samples = samples
                .map(|two| i16::from_le_bytes([two[0], two[1]]))
                .collect();
            return Some((rate?, samples));
        }
        at = body.checked_add(size + size % 2)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back() {
        let samples = [0, 1, -1, i16::MAX, i16::MIN];
        assert_eq!(
            read(&write(&samples, 22_050)),
            Some((22_050, samples.to_vec()))
        );
    }

    #[test]
    fn a_stream_with_an_unknown_length_is_read_to_its_end() {
        let mut file = write(&[5, 6, 7], 16_000);
        file[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(read(&file), Some((16_000, vec![5, 6, 7])));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(read(b"RIFF"), None);
        assert!(join(&[b"not a wave".to_vec()]).is_err());
        let (one, other) = (write(&[1], 16_000), write(&[1], 8_000));
        assert!(join(&[one, other]).is_err());
    }
}
