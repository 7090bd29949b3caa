/** A QR code on a canvas, drawn on this phone: the text goes nowhere. */
const qrcode = require('qrcode-generator');
const platform = require('../../lib/platform');

/** Empty modules around the code, as the standard (ISO/IEC 18004) asks for. */
const MARGIN = 4;

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: { text: String, size: { type: Number, value: 200 } },
  lifetimes: {
    ready() {
      this.draw();
    },
  },
  methods: {
    async draw() {
      const { text, size } = this.data;
      const context = text ? await platform.canvas(this, '#qr', size) : null;
      if (!context) return; // the code stands beside it in letters, too
      const code = qrcode(0, 'M');
      code.addData(text);
      code.make();
      const count = code.getModuleCount();
      const edge = size / (count + 2 * MARGIN);
      context.fillStyle = '#ffffff';
      context.fillRect(0, 0, size, size);
      context.fillStyle = '#000000';
      for (let row = 0; row < count; row += 1) {
        for (let column = 0; column < count; column += 1) {
          if (code.isDark(row, column)) {
            // A hair wider than a module, so that no white line runs between two.
            context.fillRect((column + MARGIN) * edge, (row + MARGIN) * edge, edge + 0.5, edge + 0.5);
          }
        }
      }
    },
  },
});
