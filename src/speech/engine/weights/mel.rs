//! The mel filter bank that Whisper hears through (Slaney's scale).
//! Source: openai/whisper `assets/mel_filters.npz`, made by librosa's `filters.mel`; equal to it bit for bit.

/// Points of the Fourier transform.
const N_FFT: usize = 400;
/// Samples per second.
const RATE: f64 = 16_000.0;
/// Hertz per mel below the break.
const LINEAR: f64 = 200.0 / 3.0;
/// Where the scale turns logarithmic, in Hz.
const BREAK_HZ: f64 = 1_000.0;

/// Frequency bins.
pub(super) const BINS: usize = N_FFT / 2 + 1;

/// `[n_mels, BINS]`, row by row.
pub(super) fn filters(n_mels: usize) -> Vec<f32> {
    let break_mel = BREAK_HZ / LINEAR;
    let step = 6.4_f64.ln() / 27.0;
    let top = break_mel + (RATE / 2.0 / BREAK_HZ).ln() / step;
    let spacing = top / (n_mels + 1) as f64;
    let hz: Vec<f64> = (0..n_mels + 2)
        .map(|at| {
            // The end is exact, as numpy's linspace has it.
            let mel = if at == n_mels + 1 {
                top
            } else {
                at as f64 * spacing
            };
            if mel >= break_mel {
                BREAK_HZ * (step * (mel - break_mel)).exp()
            } else {
                LINEAR * mel
            }
        })
        .collect();
    let bin = 1.0 / (N_FFT as f64 * (1.0 / RATE));
    let mut out = Vec::with_capacity(n_mels * BINS);
    for mel in 0..n_mels {
        let (low, peak, high) = (hz[mel], hz[mel + 1], hz[mel + 2]);
        for at in 0..BINS {
            let frequency = at as f64 * bin;
            let lower = -(low - frequency) / (peak - low);
            let upper = (high - frequency) / (high - peak);
            // Adding zero makes -0.0 positive; rounding to f32 comes before the scaling, as in numpy.
            let triangle = (lower.min(upper).max(0.0) + 0.0) as f32;
            out.push((f64::from(triangle) * (2.0 / (high - low))) as f32);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_is_one_triangle_of_positive_weights() {
        let filters = filters(80);
        assert_eq!(filters.len(), 80 * BINS);
        for row in filters.chunks(BINS) {
            let inside: Vec<usize> = (0..BINS).filter(|&at| row[at] > 0.0).collect();
            assert!(!inside.is_empty());
            assert_eq!(inside.len(), inside[inside.len() - 1] - inside[0] + 1);
            assert!(row.iter().all(|weight| !weight.is_sign_negative()));
        }
    }
}
