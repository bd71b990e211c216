import { ApiProperty } from '@nestjs/swagger';
import type { Type } from '@nestjs/common';
import { type Cursor, invalid, type ListRequest, type Page } from '@app/kernel';
import { BooleanField, EnumField, IntegerField, TextField } from './fields.js';

const MAX_DEPTH = 10_000;
/** 255 characters of up to six bytes (JSON escapes control characters), a sort and an id, in base64. */
const MAX_CURSOR = 2_200;
/** Gateways and clients accept about 10 kB of response headers, and each link repeats the request's filters. */
const MAX_LINKS = 4_000;

/** The fields of a list response besides its items. */
export interface PageInfo {
  total: number | null;
  total_is_exact: boolean;
  page: number | null;
  page_size: number;
  next_cursor: string | null;
}

/** The position of a page in its list; links are built from it and the requested URL. */
export type ListPlace = Pick<PageInfo, 'page' | 'page_size' | 'next_cursor'>;

export type PageBody<K extends string, T> = Record<K, T[]> & PageInfo;

/** The query fields of every list; a list that sorts adds `@SortField()`. */
export class PageQueryDto {
  @IntegerField({ min: 1, max: MAX_DEPTH, optional: true, example: 1, description: 'Which page, from 1.' })
  page?: number;

  @IntegerField({ min: 1, max: 100, optional: true, example: 20, description: 'Items per page (default 20).' })
  page_size: number = 20;

  @TextField({
    min: 1,
    max: MAX_CURSOR,
    optional: true,
    example: undefined,
    description: 'next_cursor of the page before; takes the place of page.',
  })
  cursor?: string;

  @BooleanField({ optional: true, example: true, description: 'false skips the count and answers faster.' })
  with_total: boolean = true;
}

/** The `sort` field of a list: one of `names`, with `-` in front for descending order. */
export function SortField(names: readonly string[]): PropertyDecorator {
  return EnumField(
    names.flatMap((name) => [name, `-${name}`]),
    { optional: true, description: 'Field to sort by; - in front sorts descending. The id breaks ties.' },
  );
}

/**
 * Turns a list's query into a validated request.
 *
 * @throws 422 for an unknown sort, a cursor that is forged, of another sort or combined with a page, and a page too
 * deep.
 */
export function pageRequest(
  query: PageQueryDto & { sort?: string },
  options: { sorts: readonly string[]; default: string },
): ListRequest {
  const sort = query.sort ?? options.default;
  const field = sort.replace(/^-/, '');
  if (query.sort !== undefined && !options.sorts.includes(field)) {
    throw invalid(
      '?sort',
      'choice',
      `sort must be one of ${options.sorts.join(', ')}, with - in front for descending.`,
    );
  }
  const request = {
    page_size: query.page_size,
    with_total: query.with_total,
    sort: { field, descending: sort.startsWith('-') },
  };
  if (query.cursor === undefined) return { ...request, page: checkedPage(query.page ?? 1, query.page_size) };
  if (query.page !== undefined) throw invalid('?cursor', 'exclusive', 'Send either page or cursor, not both.');
  return { ...request, cursor: readCursor(query.cursor, sort) };
}

/** The body of a list response, with an item for each row; the edge derives the `Link` header from it. */
export function pageResponse<K extends string, Row, T>(
  plural: K,
  page: Page<Row>,
  request: ListRequest,
  toItem: (row: Row) => T,
): PageBody<K, T> {
  const sort = `${request.sort.descending ? '-' : ''}${request.sort.field}`;
  return {
    [plural]: page.items.map((row) => toItem(row)),
    total: page.total,
    total_is_exact: page.total_is_exact,
    page: request.page ?? null,
    page_size: request.page_size,
    next_cursor: page.next ? writeCursor(page.next, sort) : null,
  } as PageBody<K, T>;
}

/** The class that documents a list response. */
export function pageDto<T>(plural: string, item: Type<T>): Type<PageInfo> {
  class ListResponseDto implements PageInfo {
    @ApiProperty({
      type: 'integer',
      minimum: 0,
      maximum: 2 ** 53 - 1,
      nullable: true,
      example: 42,
      description: 'null when with_total=false.',
    })
    total: number | null;

    @ApiProperty({ type: 'boolean', example: true, description: 'false when total is an estimate (above 1,000).' })
    total_is_exact: boolean;

    @ApiProperty({
      type: 'integer',
      minimum: 1,
      maximum: MAX_DEPTH,
      nullable: true,
      example: 1,
      description: 'null when a cursor was followed.',
    })
    page: number | null;

    @ApiProperty({ type: 'integer', minimum: 1, maximum: 100, example: 20, description: 'Items per page.' })
    page_size: number;

    @ApiProperty({
      type: 'string',
      maxLength: MAX_CURSOR,
      nullable: true,
      example: null,
      description: 'null on the last page.',
    })
    next_cursor: string | null;
  }
  ApiProperty({ type: [item], maxItems: 100 })(ListResponseDto.prototype, plural);
  Object.defineProperty(ListResponseDto, 'name', { value: `${item.name.replace(/(Response)?(Dto)?$/, '')}List` });
  return ListResponseDto;
}

/**
 * Returns an RFC 8288 `Link` header: first, prev, next by page; next by cursor beyond. URLs are relative. If long
 * filters make it too large, only the next page is left; if that is still too large, none: the body has the cursor.
 */
export function linkHeader(url: string, { page, page_size, next_cursor }: ListPlace): string | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  const others = new URLSearchParams(query);
  others.delete('page');
  others.delete('cursor');
  const base = `<${path}?${others.size > 0 ? `${others.toString()}&` : ''}`;
  const links = [`${base}page=1>; rel="first"`];
  if (page !== null && page > 1) links.push(`${base}page=${page - 1}>; rel="prev"`);
  if (next_cursor !== null) {
    const byPage = page !== null && (page + 1) * page_size <= MAX_DEPTH;
    const next = byPage ? `page=${page + 1}` : `cursor=${encodeURIComponent(next_cursor)}`;
    links.push(`${base}${next}>; rel="next"`);
  }
  const [all, last] = [links.join(', '), links.at(-1) ?? ''];
  if (all.length <= MAX_LINKS) return all;
  return next_cursor !== null && last.length <= MAX_LINKS ? last : undefined;
}

function checkedPage(page: number, pageSize: number): number {
  if (page * pageSize <= MAX_DEPTH) return page;
  throw invalid('?page', 'too-deep', `Pages end at ${MAX_DEPTH} items. Follow next_cursor with ?cursor= instead.`);
}

function writeCursor(values: Cursor, sort: string): string {
  return Buffer.from(JSON.stringify([sort, ...values])).toString('base64url');
}

function readCursor(text: string, sort: string): Cursor {
  const [boundTo, ...values] = decode(text);
  const wellFormed = values.length > 0 && values.length <= 4 && values.every(isKey);
  if (boundTo === sort && wellFormed) return values;
  throw invalid('?cursor', 'cursor', 'cursor must be the next_cursor of the page before, with the same sort.');
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isFinite(value);
}

function decode(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
