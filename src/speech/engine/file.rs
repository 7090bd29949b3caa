//! Sound files (wav, mp3, ogg vorbis, m4a) to 16 kHz mono.

use std::fs::File;
use std::path::Path;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::super::{RATE, SpeechError};

/// Frames that are resampled at once.
const CHUNK: usize = 1024;

/// Reads a whole file: samples at 16 kHz, channels averaged.
///
/// # Errors
/// When it cannot be read, or is no sound in a known form.
pub fn read_file(path: &Path) -> Result<Vec<f32>, SpeechError> {
    let failed = |reason: String| SpeechError::Sound {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(|source| SpeechError::read(path, source))?;
    let (samples, rate) = decode(file, path).map_err(failed)?;
    if rate == RATE || samples.is_empty() {
        return Ok(samples);
    }
    resample(&samples, rate).map_err(failed)
}

fn decode(file: File, path: &Path) -> Result<(Vec<f32>, usize), String> {
    let text = |error: Error| error.to_string();
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let mut hint = Hint::new();
    if let Some(end) = path.extension().and_then(|end| end.to_str()) {
        hint.with_extension(end);
    }
    let mut format = symphonia::default::get_probe()
        .probe(
            &hint,
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .map_err(text)?;
    let track = format
        .default_track(TrackType::Audio)
        .ok_or("no sound in it")?;
    let id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|codec| codec.audio());
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(
            parameters.ok_or("an unknown codec")?,
            &AudioDecoderOptions::default(),
        )
        .map_err(text)?;
    let (mut mono, mut rate, mut buffer) = (vec![], 0, vec![]);
    while let Some(packet) = format.next_packet().map_err(text)? {
        if packet.track_id != id {
            continue;
        }
        let sound = match decoder.decode(&packet) {
            Ok(sound) => sound,
            // One broken packet is a click, not the end.
            Err(Error::DecodeError(_)) => continue,
            Err(error) => return Err(error.to_string()),
        };
        let channels = sound.spec().channels().count().max(1);
        rate = sound.spec().rate() as usize;
        buffer.resize(sound.samples_interleaved(), 0.0_f32);
        sound.copy_to_slice_interleaved(&mut buffer);
        let average = |frame: &[f32]| frame.iter().sum::<f32>() / channels as f32;
        mono.extend(buffer.chunks_exact(channels).map(average));
    }
    if rate == 0 {
        return Err("no sound in it".to_owned());
    }
    Ok((mono, rate))
}

fn resample(samples: &[f32], rate: usize) -> Result<Vec<f32>, String> {
    let mut resampler = Fft::<f32>::new(rate, RATE, CHUNK, 1, FixedSync::Both)
        .map_err(|error| error.to_string())?;
    let input =
        InterleavedSlice::new(samples, 1, samples.len()).map_err(|error| error.to_string())?;
    let output = resampler
        .process_all(&input, samples.len(), None)
        .map_err(|error| error.to_string())?;
    Ok(output.take_data())
}
