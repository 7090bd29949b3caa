/** A warning on the whole screen: what to do now, in the service's words; 120; and that it was read. */
const platform = require('../../lib/platform');
const settings = require('../../lib/settings');
const site = require('../../lib/site');
const visit = require('../../lib/visit');
const { URGENCY } = require('../../lib/texts');

Component({
  behaviors: [require('../../lib/with-letters')],
  options: { styleIsolation: 'apply-shared' },
  data: { elder: false, size: settings.USUAL, heading: '', text: '', emergency: '' },
  methods: {
    onLoad() {
      const open = visit.get();
      if (!open || !open.alert) return platform.back();
      this.setData({ heading: URGENCY[open.alert.urgency] || '请先看这里', text: open.alert.text });
      platform.vibrate();
      site.get().then(({ emergency }) => this.setData({ emergency }), () => {});
    },
    call120() {
      platform.call('120');
    },
    understood() {
      visit.readAlert();
      platform.back();
    },
  },
});
