/** The Grafana dashboard, as a table: what stands in deploy/grafana/dashboards/latchkey.json is written from here. */

// Stores are shared by the replicas of a room, so a gauge of them is the same in each: `max`, never `sum`.
const rate = (metric, by, filter = '') => `sum${by ? ` by (${by})` : ''} (rate(${metric}${filter}[$__rate_interval]))`;
const largest = (metric, by, filter = '') => `max by (${by}) (${metric}${filter})`;
const quantile = (share, metric, by) => `histogram_quantile(${share}, sum by (le, ${by}) (rate(${metric}_bucket[$__rate_interval])))`;
const failing = 'latchkey_http_requests_total{status=~"5.."}';

const ROWS = [
  row('Now', { kind: 'stat', width: 4, height: 4 }, [
    panel('Rooms that answer', 'short', [['sum(up{job="latchkey"})', 'rooms']]),
    panel('Sign-ins a minute', 'short', [['60 * sum(rate(latchkey_sign_ins_total{outcome="signed-in"}[5m]))', 'a minute']]),
    panel('Requests that fail', 'percentunit', [[`(sum(rate(${failing}[5m])) or vector(0)) / sum(rate(latchkey_http_requests_total[5m]))`, 'share']], [0.01, 0.02]),
    panel('Oldest event', 's', [['max(latchkey_bus_outbox_age_seconds)', 'age']], [10, 60]),
    panel('Events parked', 'short', [['sum(max by (room) (latchkey_bus_parked_events))', 'events']], [1, 10]),
    panel('Longest wait for a logout', 's', [['max(latchkey_delivery_oldest_seconds)', 'wait']], [30, 300]),
  ]),
  row('People and applications', {}, [
    panel('Sign-ins', 'ops', [[rate('latchkey_sign_ins_total', 'outcome'), '{{outcome}}']]),
    panel('Sessions', 'ops', [
      [rate('latchkey_sessions_started_total'), 'started'],
      [rate('latchkey_sessions_ended_total', 'reason'), 'ended: {{reason}}'],
    ]),
    panel('Tickets and tokens', 'ops', [
      [rate('latchkey_tickets_validated_total', 'outcome'), 'ticket: {{outcome}}'],
      [rate('latchkey_tokens_issued_total', 'grant_type'), 'token: {{grant_type}}'],
    ]),
  ]),
  row('Requests', {}, [
    panel('Requests', 'reqps', [[rate('latchkey_http_requests_total', 'room'), '{{room}}']]),
    panel('Answers by status', 'reqps', [[rate('latchkey_http_requests_total', 'status'), '{{status}}']]),
    panel('Requests that fail', 'percentunit', [[`${rate('latchkey_http_requests_total', 'room', '{status=~"5.."}')} / ${rate('latchkey_http_requests_total', 'room')}`, '{{room}}']]),
    panel('Duration, half and 99 of 100', 's', [
      [quantile(0.5, 'latchkey_http_request_duration_seconds', 'room'), '{{room}} half'],
      [quantile(0.99, 'latchkey_http_request_duration_seconds', 'room'), '{{room}} 99 of 100'],
    ]),
    panel('Slowest routes, 99 of 100', 's', [[`topk(10, ${quantile(0.99, 'latchkey_http_request_duration_seconds', 'room, method, route')})`, '{{room}} {{method}} {{route}}']]),
    panel('In flight', 'short', [['sum by (room) (latchkey_http_requests_in_flight)', '{{room}}']]),
  ]),
  row('Logouts told to applications', {}, [
    panel('Waiting', 'short', [[largest('latchkey_deliveries_waiting', 'room'), '{{room}}']]),
    panel('Longest wait', 's', [[largest('latchkey_delivery_oldest_seconds', 'room'), '{{room}}']]),
    panel('Attempts', 'ops', [[rate('latchkey_deliveries_total', 'protocol, outcome'), '{{protocol}}: {{outcome}}']]),
  ]),
  row('Events', {}, [
    panel('Age of the oldest event', 's', [[largest('latchkey_bus_outbox_age_seconds', 'room'), '{{room}}']]),
    panel('Events that not everybody has', 'short', [[largest('latchkey_bus_outbox_rows', 'room'), '{{room}}']]),
    panel('Parked', 'short', [[largest('latchkey_bus_parked_events', 'room'), '{{room}}']]),
    panel('Behind the broker', 'short', [[largest('latchkey_bus_consumer_lag', 'room, topic'), '{{room}}: {{topic}}']]),
    panel('Told directly, because the bus is away', 'bool_yes_no', [[largest('latchkey_bus_away', 'room'), '{{room}}']]),
    panel('What became of events', 'ops', [[rate('latchkey_bus_events_total', 'room, outcome'), '{{room}}: {{outcome}}']]),
  ]),
  row('Rooms asking rooms', {}, [
    panel('Asks', 'ops', [[rate('latchkey_peer_asks_total', 'room, to, outcome'), '{{room}} → {{to}}: {{outcome}}']]),
    panel('Duration, 99 of 100', 's', [[quantile(0.99, 'latchkey_peer_ask_duration_seconds', 'room, to'), '{{room}} → {{to}}']]),
    panel('Open circuits', 'bool_yes_no', [[largest('latchkey_peer_circuit_open', 'room, to'), '{{room}} → {{to}}']]),
  ]),
  row('Stores', {}, [
    panel('Trips to Redis', 'ops', [[rate('latchkey_hot_store_trips_total', 'room, outcome'), '{{room}}: {{outcome}}']]),
    panel('Duration of a trip, 99 of 100', 's', [[quantile(0.99, 'latchkey_hot_store_trip_duration_seconds', 'room'), '{{room}}']]),
    panel('Connections to PostgreSQL', 'short', [['sum by (room, state) (latchkey_postgres_connections)', '{{room}}: {{state}}']]),
    panel('Statements', 'ops', [[rate('latchkey_postgres_statements_total', 'room'), '{{room}}']]),
    panel('Statements that failed', 'ops', [[rate('latchkey_postgres_statements_total', 'room, statement, outcome', '{outcome=~"unavailable|failed"}'), '{{room}}: {{statement}} {{outcome}}']]),
    panel('Duration of a statement, 99 of 100', 's', [[quantile(0.99, 'latchkey_postgres_statement_duration_seconds', 'room'), '{{room}}']]),
  ]),
  row('Processes', {}, [
    panel('Memory', 'bytes', [['process_resident_memory_bytes{job="latchkey"}', '{{service}} {{instance}}']]),
    panel('Processor', 'percentunit', [['rate(process_cpu_seconds_total{job="latchkey"}[$__rate_interval])', '{{service}} {{instance}}']]),
    panel('Event loop late, 99 of 100', 's', [['nodejs_eventloop_lag_p99_seconds{job="latchkey"}', '{{service}} {{instance}}']]),
    panel('Heap', 'bytes', [['nodejs_heap_size_used_bytes{job="latchkey"}', '{{service}} {{instance}}']]),
    panel('Answers to Prometheus', 'bool_yes_no', [['up{job="latchkey"}', '{{service}} {{instance}}']]),
    panel('Measurements that could not be made', 'ops', [[rate('latchkey_collect_failures_total', 'room, part'), '{{room}}: {{part}}']]),
  ]),
];

function row(title, { kind = 'timeseries', width = 8, height = 7 }, panels) {
  return { title, kind, width, height, panels };
}

/** @param {[expression: string, legend: string][]} queries @param {number[]} [bounds] where it turns yellow, and red */
function panel(title, unit, queries, bounds) {
  return { title, unit, queries, bounds };
}

export function dashboard() {
  const panels = [];
  let id = 0;
  let y = 0;
  for (const { title, kind, width, height, panels: own } of ROWS) {
    panels.push({ id: ++id, type: 'row', title, collapsed: false, gridPos: { x: 0, y: y++, w: 24, h: 1 }, panels: [] });
    const perLine = 24 / width;
    own.forEach((each, index) => {
      const gridPos = { x: (index % perLine) * width, y: y + Math.floor(index / perLine) * height, w: width, h: height };
      panels.push(panelOf(++id, kind, gridPos, each));
    });
    y += Math.ceil(own.length / perLine) * height;
  }
  return {
    uid: 'latchkey',
    title: 'Latchkey',
    tags: ['latchkey'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '15s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: { list: [] },
    annotations: { list: [] },
    panels,
  };
}

function panelOf(id, type, gridPos, { title, unit, queries, bounds }) {
  const steps = [{ color: 'green', value: null }, ...(bounds ?? []).map((value, index) => ({ color: ['yellow', 'red'][index], value }))];
  return {
    id,
    type,
    title,
    gridPos,
    datasource,
    fieldConfig: { defaults: { unit, min: 0, ...(bounds ? { thresholds: { mode: 'absolute', steps } } : {}) }, overrides: [] },
    options: type === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: bounds ? 'background' : 'value' } : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(([expr, legendFormat], index) => ({ refId: String.fromCharCode(65 + index), datasource, expr, legendFormat })),
  };
}

const datasource = { type: 'prometheus', uid: 'prometheus' };
