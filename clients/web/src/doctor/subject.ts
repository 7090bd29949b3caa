// What the dock below the record explains: a line, a red flag, a reason, a criterion.
import type { Quote } from "../api/staff";

export interface Subject {
  /** Id of a line, or a name of its own for everything else. */
  key: string;
  title: string;
  quotes: readonly Quote[];
  /** Rule and guideline, where a rule decided. */
  rule?: string;
  source?: string;
  /** It is a line that can be confirmed, edited, struck out. */
  line?: boolean;
}
