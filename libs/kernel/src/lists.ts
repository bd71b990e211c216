/** The sort values of the last row a client has seen, ending with its id; the next page begins after them. */
export type Cursor = (string | number)[];

/** Which part of a list a request asks for: a page, or what follows a cursor. */
export interface ListRequest {
  /** From 1; absent when the client follows a cursor. */
  page?: number | undefined;
  page_size: number;
  cursor?: Cursor | undefined;
  with_total: boolean;
  sort: { field: string; descending: boolean };
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Null when it was not asked for. */
  total: number | null;
  total_is_exact: boolean;
  /** Where the next page begins; null on the last one. */
  next: Cursor | null;
}
