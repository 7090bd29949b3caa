/** What the patient agreed to on the consent page, until the visit is opened. In memory alone. */

/** @type {{ version: string, scopes: string[] } | null} */
let consent = null;

module.exports = {
  get: () => consent,
  /** @param {{ version: string, scopes: string[] } | null} next */
  set(next) {
    consent = next;
  },
};
