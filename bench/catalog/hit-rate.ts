import autocannon from 'autocannon';

const PER_SECOND = 1_000;

/** Ranks 1..n with a probability proportional to 1/rank, as visitors look at a shop's products. */
function zipf(n: number): () => number {
  const sums: number[] = [];
  for (let rank = 1, sum = 0; rank <= n; rank++) sums.push((sum += 1 / rank));
  return () => {
    const drawn = Math.random() * (sums.at(-1) ?? 0);
    let [low, high] = [0, n - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < drawn) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** The hit rate during `seconds` of 1,000 requests/s, Zipf(1.0) over `products`, after a warm-up. */
export async function hitRate(url: string, products: number, warmUp: number, seconds: number): Promise<number> {
  const next = zipf(products);
  let hits = 0;
  const visit = (duration: number) =>
    autocannon({
      url,
      connections: 32,
      duration,
      overallRate: PER_SECOND,
      requests: [
        {
          method: 'GET',
          setupRequest: (request) => ({ ...request, path: `/products/${next()}` }),
          onResponse: (_status, _body, _context, headers) => {
            if ((headers as Record<string, string> | undefined)?.['x-cache'] === 'HIT') hits++;
          },
        },
      ],
    });
  await visit(warmUp);
  hits = 0;
  const { requests } = await visit(seconds);
  return hits / requests.total;
}
