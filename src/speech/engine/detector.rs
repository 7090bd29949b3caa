//! Whether somebody is speaking, frame by frame.

use super::super::FRAME;

/// Hears one stream of sound; it remembers the last frames.
#[derive(Default)]
pub struct Detector(Box<earshot::Detector>);

impl std::fmt::Debug for Detector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Detector").finish_non_exhaustive()
    }
}

impl Detector {
    /// Probability, 0–1, that a frame of [`FRAME`] samples (16 ms) holds speech; 0 for another length.
    pub fn voice(&mut self, frame: &[i16]) -> f32 {
        if frame.len() != FRAME {
            return 0.0;
        }
        self.0.predict_i16(frame).clamp(0.0, 1.0)
    }
}
