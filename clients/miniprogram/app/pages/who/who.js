/** For whom: the patient himself or a relative; age and sex, nothing else. Opens the visit. */
const opening = require('../../lib/opening');
const platform = require('../../lib/platform');
const settings = require('../../lib/settings');
const visit = require('../../lib/visit');
const { GUARDIAN_AGE } = require('../../lib/texts');

Component({
  behaviors: [require('../../lib/with-letters')],
  options: { styleIsolation: 'apply-shared' },
  data: {
    elder: false, size: settings.USUAL, who: '', sex: '', age: '', guardian: false, needsGuardian: false, trouble: '', busy: false,
  },
  methods: {
    /** @param {{ detail: { value: string } }} event */
    pickWho(event) {
      this.change({ who: event.detail.value });
    },
    /** @param {{ detail: { value: string } }} event */
    pickSex(event) {
      this.change({ sex: event.detail.value });
    },
    /** @param {{ detail: { value: string } }} event */
    typeAge(event) {
      this.change({ age: event.detail.value });
    },
    /** @param {{ detail: { checked: boolean } }} event */
    agree(event) {
      this.change({ guardian: event.detail.checked });
    },
    /** @param {Record<string, string | boolean>} change */
    change(change) {
      this.setData({ ...change, trouble: '' });
      const { who, age } = this.data;
      // A child on his own is refused by the service, in its own words; a relative says here that he may speak.
      this.setData({ needsGuardian: who === 'other' && age !== '' && Number(age) < GUARDIAN_AGE });
    },
    async start() {
      const { who, sex, age, needsGuardian, guardian, busy } = this.data;
      const consent = opening.get();
      if (busy) return;
      if (!consent) return platform.restart('/pages/start/start');
      const missing = this.missing();
      if (missing) return this.setData({ trouble: missing });
      if (needsGuardian && !guardian) return this.setData({ trouble: '孩子还小,要家长或监护人同意。请在上面勾上。' });
      this.setData({ busy: true, trouble: '' });
      try {
        await visit.open({ forSelf: who === 'self', age: Number(age), sex, consent });
        opening.set(null);
        platform.restart('/pages/chat/chat');
      } catch (error) {
        this.setData({ trouble: /** @type {Error} */ (error).message });
      }
      this.setData({ busy: false });
    },
    /** What is still to be filled in. */
    missing() {
      const { who, sex, age } = this.data;
      if (!who) return '请先选给谁问。';
      if (age === '') return '请填病人的年龄。';
      if (!sex) return '请选男或女。';
      return '';
    },
  },
});
