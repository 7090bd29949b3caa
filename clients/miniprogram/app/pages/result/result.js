/** Where to go, how soon, what to bring and to watch for, in the service's words; and the code for the doctor. */
const config = require('../../config');
const platform = require('../../lib/platform');
const settings = require('../../lib/settings');
const visit = require('../../lib/visit');
const { URGENCY } = require('../../lib/texts');

/** The numbered lines of a text are a list, and the line before them is its heading; nothing else is read into it. @param {string} text */
function parts(text) {
  const lines = text.split('\n').filter((line) => line.trim());
  const isItem = (/** @type {string} */ line) => /^\d+\. /.test(line);
  const first = lines.findIndex(isItem);
  if (first < 1) return { before: lines, signsTitle: '', signs: [], after: [] };
  const signs = lines.slice(first).filter(isItem);
  return { before: lines.slice(0, first - 1), signsTitle: lines[first - 1], signs, after: lines.slice(first).filter((line) => !isItem(line)) };
}

Component({
  behaviors: [require('../../lib/with-letters')],
  options: { styleIsolation: 'apply-shared' },
  data: {
    elder: false, size: settings.USUAL, urgency: '', heading: '', departments: '', before: /** @type {string[]} */ ([]), signsTitle: '', signs: /** @type {string[]} */ ([]), after: /** @type {string[]} */ ([]), code: '',
    lines: /** @type {import('../../lib/visit').Line[]} */ ([]), showWords: false, canRemind: false, note: '',
  },
  methods: {
    onLoad() {
      const open = visit.get();
      if (!open || !open.reply) return platform.restart('/pages/start/start');
      const { assessment, reply, code, lines } = open;
      const urgency = assessment ? assessment.urgency : '';
      this.setData({
        urgency,
        heading: URGENCY[urgency] || '问完了',
        departments: assessment ? assessment.departments.map(({ name }) => name).join(',或者 ') : '',
        ...parts(reply.text),
        code,
        lines,
        canRemind: config.followUpTemplates.length > 0,
      });
    },
    async remind() {
      const accepted = await platform.subscribe(config.followUpTemplates);
      this.setData({ note: accepted ? '好,到时候用微信提醒您。' : '没关系,不提醒也一样看病。' });
    },
    toggleWords() {
      this.setData({ showWords: !this.data.showWords });
    },
    call120() {
      platform.call('120');
    },
    openMine() {
      platform.go('/pages/mine/mine');
    },
    again() {
      visit.forget();
      platform.restart('/pages/start/start');
    },
  },
});
