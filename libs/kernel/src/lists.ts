/** The sort values of the last row that a client has seen, and its id; the next page begins after them. */
export type Cursor = (string | number)[];

/** The part of a list that a request asks for: a page, or what follows a cursor. */
export interface ListRequest {
  /** From 1; absent with a cursor. */
  page?: number | undefined;
  page_size: number;
  cursor?: Cursor | undefined;
  with_total: boolean;
  sort: { field: string; descending: boolean };
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Null when it was not requested. */
  total: number | null;
  total_is_exact: boolean;
  /** Where the next page begins; null on the last page. */
  next: Cursor | null;
}
