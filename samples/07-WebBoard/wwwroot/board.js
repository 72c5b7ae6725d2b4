// Follows the stream of the server, and shows whether the stream is alive.
import { age, plain, time } from './format.js';
import { nameOf, rowOf } from './data.js';
import { Row } from './row.js';

const page = Object.fromEntries(
  ['state', 'simulated', 'rate', 'newest', 'lost', 'lost-count', 'outages', 'outage-count', 'outage-list', 'filter', 'theme', 'board', 'nothing'].map(id => [id, document.getElementById(id)]));
const rows = new Map();
const silentAfter = 15000; // the server sends an event every five seconds, even if the market is quiet
let source = null;
let status = null;
let about = null;
let aboutOf = null; // the number of outages and the state for which it was loaded
let heardAt = 0; // in the time of this page, because the server may run on another machine
let statusAt = 0;
let rate = null;
let counted = null;

function connect() {
  source?.close();
  heardAt = performance.now();
  source = new EventSource('board/stream');
  source.addEventListener('update', event => take(JSON.parse(event.data)));
  source.addEventListener('error', () => showState());
}

function take(update) {
  heardAt = statusAt = performance.now();
  status = update.status;
  if (update.contracts) {
    lay(update.contracts.map(nameOf));
  }
  for (const data of update.rows.map(rowOf)) {
    if (!rows.has(data.contract)) {
      add(data.contract);
    }
    rows.get(data.contract).show(data);
  }
  loadAbout();
  count(status.received);
  showState();
  showAges();
}

// Loads the outages, and whether the market is simulated, again when an outage starts or ends.
async function loadAbout() {
  const current = `${status.interruptions} ${status.state}`;
  if (aboutOf === current) {
    return;
  }
  aboutOf = current;
  try {
    about = await (await fetch('about')).json();
    showOutages(about.outages);
    showState();
  } catch {
    aboutOf = null; // the next update tries again
  }
}

// Shows the contracts in the order of the server. Removes contracts that only an earlier server had.
function lay(contracts) {
  for (const contract of [...rows.keys()].filter(known => !contracts.includes(known))) {
    rows.get(contract).element.remove();
    rows.delete(contract);
  }
  contracts.filter(contract => !rows.has(contract)).forEach(add);
  page.board.append(...contracts.map(contract => rows.get(contract).element));
  filter();
}

function add(contract) {
  const row = new Row(contract);
  rows.set(contract, row);
  page.board.append(row.element);
}

function count(received) {
  const now = performance.now();
  if (!counted || received < counted.received) {
    counted = { received, at: now };
  } else if (now - counted.at >= 1000) {
    rate = (received - counted.received) * 1000 / (now - counted.at);
    counted = { received, at: now };
  }
}

function isConnected() {
  return source?.readyState === EventSource.OPEN && performance.now() - heardAt < silentAfter;
}

function showState() {
  const shown = !status && source?.readyState === EventSource.CONNECTING ? 'Loading' : isConnected() ? status?.state ?? 'Loading' : 'Lost';
  document.body.dataset.state = shown;
  page.state.textContent = {
    Loading: 'Loading',
    Lost: 'No connection to the board, trying again',
    Idle: 'Not begun',
    Connecting: 'Connecting',
    Live: status?.silentContracts ? `Live, ${status.silentContracts} silent` : 'Live',
    Interrupted: `Interrupted, ${status?.interruptedContracts} of ${rows.size} contracts`,
    Ended: 'The feed has ended',
  }[shown];
  page.simulated.hidden = !about?.isSimulated;
  page.rate.parentElement.hidden = rate === null;
  page.rate.textContent = plain(rate === null ? null : Math.round(rate));
  page.lost.hidden = !status || status.dropped + status.rejected === 0;
  page['lost-count'].textContent = status ? `${plain(status.dropped)}, ${plain(status.rejected)}` : '';
}

function showAges() {
  if (!status) {
    return;
  }
  const now = Date.parse(status.now) + performance.now() - statusAt;
  let newest = null;
  for (const row of rows.values()) {
    row.tick(now, row.isInterrupted || status.state === 'Ended');
    newest = Math.max(newest ?? 0, row.receivedAt ?? 0) || null;
  }
  page.newest.textContent = newest === null ? '–' : `${age((now - newest) / 1000)} ago`;
}

function showOutages(outages) {
  page['outage-count'].textContent = status.interruptions === 0 ? 'No gaps' : status.interruptions === 1 ? '1 gap' : `${plain(status.interruptions)} gaps`;
  page.outages.classList.toggle('some', status.interruptions > 0);
  page['outage-list'].replaceChildren(...outages.map(outage => {
    const item = document.createElement('li');
    item.textContent = `${time(outage.begin)}  ${outage.seconds === null ? 'lasts' : `${outage.seconds.toFixed(1)} s`}, ${outage.contracts} ${outage.contracts === 1 ? 'contract' : 'contracts'}, ${outage.reason.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()}`;
    return item;
  }));
}

// Persian and Arabic keyboards produce different letters that look the same.
const searchable = text => text.toLocaleLowerCase().replaceAll('ي', 'ی').replaceAll('ك', 'ک');

function filter() {
  const wanted = searchable(page.filter.value.trim());
  let found = 0;
  for (const row of rows.values()) {
    row.element.hidden = !searchable(row.contract).includes(wanted);
    found += row.element.hidden ? 0 : 1;
  }
  page.nothing.hidden = found > 0 || rows.size === 0;
}

page.filter.addEventListener('input', filter);
page.theme.addEventListener('click', () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
});

// A hidden page needs no data. It also frees its connection, because a browser has only six for all tabs of a site.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    source?.close();
    source = null;
  } else {
    connect();
  }
});

// Reconnects in the cases in which the browser does not: after an answer that is not a stream, and if an open connection is mute.
setInterval(() => {
  if (source && (source.readyState === EventSource.CLOSED || (source.readyState === EventSource.OPEN && performance.now() - heardAt > silentAfter))) {
    connect();
  }
  if (source) {
    showState();
    showAges();
  }
}, 1000);

connect();
