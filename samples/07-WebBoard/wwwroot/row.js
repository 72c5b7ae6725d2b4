// One contract on the page. Sets text only as text, and only if it has changed.
import { age, difference, nothing, plain, share, time } from './format.js';

const template = document.getElementById('row');
const oldAfterSeconds = 30;

function write(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export class Row {
  #data = null;
  #parts = {};
  #levels = [];

  constructor(contract) {
    this.contract = contract;
    this.element = template.content.firstElementChild.cloneNode(true);
    for (const name of ['time', 'last', 'change', 'depth', 'range', 'track', 'day', 'close', 'mark', 'from', 'between', 'to', 'volume', 'interest', 'age']) {
      this.#parts[name] = this.element.querySelector(`.${name}`);
    }
    this.element.querySelector('bdi').textContent = contract;
    this.element.querySelector('.name').title = contract;
    for (let level = 0; level < 3; level++) {
      const cells = ['bid-quantity', 'bid-price', 'ask-price', 'ask-quantity'].map(name => {
        const cell = document.createElement('span');
        cell.className = name;
        this.#parts.depth.append(cell);
        return cell;
      });
      this.#levels.push(cells);
    }
  }

  get receivedAt() {
    return this.#data ? Date.parse(this.#data.receivedAt) : null;
  }

  get isInterrupted() {
    return this.#data?.isInterrupted ?? false;
  }

  show(data) {
    const before = this.#data;
    this.#data = data;
    const parts = this.#parts;
    write(parts.time, time(data.timestamp));
    write(parts.last, plain(data.last));
    const direction = Math.sign(data.change ?? 0);
    parts.change.dataset.direction = direction;
    write(parts.change, data.change === null ? '' : `${direction > 0 ? '▲' : direction < 0 ? '▼' : ''} ${difference(data.change)}  ${share(data.change, data.previousClose)}`);
    this.#showDepth(data.depth);
    this.#showRange(data);
    write(parts.volume, plain(data.volume));
    write(parts.interest, data.openInterest === null ? nothing : `${plain(data.openInterest)} (${difference(data.openInterestChange)})`);
    if (before && before.last !== data.last) {
      this.#flash(data.last > before.last ? 'rose' : 'fell');
    }
  }

  tick(now, isInterrupted) {
    const seconds = this.#data ? (now - this.receivedAt) / 1000 : null;
    write(this.#parts.age, isInterrupted ? `down, ${age(seconds)}` : age(seconds));
    this.element.classList.toggle('interrupted', isInterrupted);
    this.element.classList.toggle('old', seconds !== null && seconds > oldAfterSeconds);
    this.element.classList.toggle('empty', this.#data === null);
  }

  #showDepth(depth) {
    const largest = Math.max(1, ...depth.flatMap(level => [level.bidQuantity ?? 0, level.askQuantity ?? 0]));
    depth.forEach((level, index) => {
      const [bidQuantity, bidPrice, askPrice, askQuantity] = this.#levels[index];
      const hasBid = level.bidPrice !== null && level.bidQuantity !== 0;
      const hasAsk = level.askPrice !== null && level.askQuantity !== 0;
      write(bidQuantity, hasBid ? plain(level.bidQuantity) : '');
      write(bidPrice, hasBid ? plain(level.bidPrice) : nothing);
      write(askPrice, hasAsk ? plain(level.askPrice) : nothing);
      write(askQuantity, hasAsk ? plain(level.askQuantity) : '');
      bidQuantity.style.setProperty('--share', hasBid ? (level.bidQuantity ?? 0) / largest : 0);
      askQuantity.style.setProperty('--share', hasAsk ? (level.askQuantity ?? 0) / largest : 0);
    });
    const [best] = depth;
    this.#parts.depth.ariaLabel = `Best bid ${plain(best.bidPrice)}, quantity ${plain(best.bidQuantity)}; best ask ${plain(best.askPrice)}, quantity ${plain(best.askQuantity)}`;
  }

  #showRange({ minimum, maximum, low, high, last, previousClose }) {
    const parts = this.#parts;
    // Some contracts have meaningless limits, such as 1 to 9,999,999,999. For them, the range of the day fills the whole bar.
    const hasLimits = minimum !== null && maximum !== null && maximum > minimum && !(high !== null && maximum > high * 10);
    const from = hasLimits ? Math.min(minimum, low ?? minimum) : low;
    const to = hasLimits ? Math.max(maximum, high ?? maximum) : high;
    const place = price => from === null || to === null || price === null || to <= from ? null : Math.min(1, Math.max(0, (price - from) / (to - from)));
    parts.track.hidden = from === null || to === null;
    parts.day.style.setProperty('--from', place(low) ?? 0);
    parts.day.style.setProperty('--to', place(high) ?? 0);
    parts.mark.style.setProperty('--at', place(last) ?? 0);
    parts.close.style.setProperty('--at', place(previousClose) ?? 0);
    parts.mark.hidden = place(last) === null;
    parts.close.hidden = place(previousClose) === null;
    write(parts.from, hasLimits ? plain(minimum) : '');
    write(parts.to, hasLimits ? plain(maximum) : 'no limits');
    write(parts.between, low === null ? '' : `${plain(low)} – ${plain(high)}`);
    parts.range.ariaLabel = `Traded from ${plain(low)} to ${plain(high)}; allowed from ${plain(minimum)} to ${plain(maximum)}`;
  }

  #flash(direction) {
    this.#parts.last.classList.remove('rose', 'fell');
    void this.#parts.last.offsetWidth; // restarts the animation
    this.#parts.last.classList.add(direction);
  }
}
