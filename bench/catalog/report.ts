import { columns } from '../../apps/ops/src/context/table.js';
import type { Outcome } from './duel.js';

export function ratioTable(outcomes: readonly Outcome[]): string {
  return columns([
    ['ratio to raw', 'conn', 'raw req/s', 'own req/s', 'ratio', 'must', 'goal', '', 'rounds', 'failed'],
    ...outcomes.map(({ scenario, ratio, raw, own, kept, rounds }) => [
      scenario.name,
      scenario.connections,
      Math.round(raw.perSecond),
      Math.round(own.perSecond),
      ratio.toFixed(2),
      scenario.must.toFixed(2),
      scenario.goal.toFixed(2),
      ratio >= scenario.goal ? 'goal' : ratio >= scenario.must ? 'must' : 'BELOW',
      `${kept}/${rounds}`,
      raw.failed + own.failed,
    ]),
  ]);
}

/** The gain of the cache: the platform's hits against its own misses. */
export function gainTable(outcomes: readonly Outcome[]): string {
  const of = (name: string): Outcome | undefined => outcomes.find(({ scenario }) => scenario.name === name);
  const rows = ['product', 'list'].flatMap((route) => {
    const [hit, miss] = [of(`${route} hit`), of(`${route} miss`)];
    if (!hit || !miss) return [];
    const [h, m] = [hit.own, miss.own];
    return [
      [`${route}: miss`, Math.round(m.perSecond), m.p50, m.p99, miss.statementsPerRequest.toFixed(2), ''],
      [
        `${route}: hit`,
        Math.round(h.perSecond),
        h.p50,
        h.p99,
        hit.statementsPerRequest.toFixed(2),
        `${(h.perSecond / m.perSecond).toFixed(1)} × throughput, p50 ${change(m.p50, h.p50)}, statements ${change(miss.statementsPerRequest, hit.statementsPerRequest)}`,
      ],
    ];
  });
  return columns([['own hit against own miss', 'req/s', 'p50 ms', 'p99 ms', 'statements/request', 'gain'], ...rows]);
}

const change = (before: number, after: number): string =>
  before === 0 ? 'as before' : `${after <= before ? '−' : '+'}${Math.abs((1 - after / before) * 100).toFixed(0)} %`;

/** A bar for each scenario's ratio, with a mark at the required ratio. */
export function chart(outcomes: readonly Outcome[]): string {
  const [left, scale, height] = [170, 280, 34];
  const bars = outcomes.map(({ scenario, ratio }, n) => {
    const y = 40 + n * height;
    const mark = left + scenario.must * scale;
    return `<text x="${left - 8}" y="${y + 15}" text-anchor="end">${scenario.name}, ${scenario.connections}</text>
<rect x="${left}" y="${y}" width="${(ratio * scale).toFixed(1)}" height="20" fill="${ratio >= scenario.must ? '#2f7d5b' : '#b5473c'}"/>
<line x1="${mark}" x2="${mark}" y1="${y - 3}" y2="${y + 23}" stroke="#222"/>
<text x="${left + ratio * scale + 6}" y="${y + 15}">${ratio.toFixed(2)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="${60 + outcomes.length * height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="12" y="22">Requests per second, as a share of the raw reference (line: what is promised)</text>
${bars.join('\n')}
</svg>
`;
}
