// Formats numbers and times for the page. All results are text, never markup.

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });
const signed = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4, signDisplay: 'exceptZero' });
const percent = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'Asia/Tehran' });

export const nothing = '–';

export const plain = value => value === null || value === undefined ? nothing : number.format(value);

export const difference = value => value === null || value === undefined ? nothing : signed.format(value);

export const share = (part, whole) => part === null || !whole ? '' : `${percent.format(part / whole * 100)} %`;

export const time = text => text ? clock.format(new Date(text)) : '';

export function age(seconds) {
  if (seconds === null || !Number.isFinite(seconds)) {
    return nothing;
  }
  if (seconds < 10) {
    return `${Math.max(0, seconds).toFixed(1)} s`;
  }
  return seconds < 120 ? `${Math.floor(seconds)} s` : seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
