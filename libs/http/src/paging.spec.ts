import { linkHeader, pageRequest, PageQueryDto, pageResponse } from './paging.js';

const SORTS = { sorts: ['name'], default: 'name' };
const query = (over: Partial<PageQueryDto> = {}) => Object.assign(new PageQueryDto(), over);

describe('a cursor', () => {
  it.each(['漢', '😀', '"', '\\', '\u0001'])('of a name of 255 times %j is accepted', (character) => {
    const next = [character.repeat(255), 2_147_483_647];
    const page = { items: [], total: null, total_is_exact: true, next };
    const { next_cursor } = pageResponse('things', page, pageRequest(query(), SORTS), String);
    const cursor = String(next_cursor);
    expect(pageRequest(query({ cursor }), SORTS).cursor).toEqual(next);
    expect(cursor.length).toBeLessThanOrEqual(maxLength('cursor'));
  });
});

describe('the links of a list', () => {
  const place = { page: 2, page_size: 20, next_cursor: 'abc' };

  it('stay short enough for every client; the link to the next page is dropped last', () => {
    const filters = (length: number) => `/things?q=${'x'.repeat(length)}`;
    expect(linkHeader(filters(10), place)?.split(', ')).toHaveLength(3);
    expect(linkHeader(filters(2_000), place)).toMatch(/^<\/things\?q=x+&page=3>; rel="next"$/);
    expect(linkHeader(filters(4_000), place)).toBeUndefined();
    expect(linkHeader(filters(4_000), { ...place, next_cursor: null })).toBeUndefined();
  });
});

/** The documented maximum length of a query field. */
function maxLength(name: keyof PageQueryDto): number {
  const { maxLength } = Reflect.getMetadata('swagger/apiModelProperties', PageQueryDto.prototype, name) as {
    maxLength: number;
  };
  return maxLength;
}
