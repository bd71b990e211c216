import { AUTHZ_MATRIX } from '../e2e/hostile/authz-matrix.js';
import { type Json, readJson } from '../support/json.js';

describe('who may call what', () => {
  it('has a row in the matrix for every route of the document, and for no other', () => {
    const routes = Object.entries<Json>(readJson('docs/api/openapi.json').paths).flatMap(([path, operations]) =>
      Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(Object.keys(AUTHZ_MATRIX).sort()).toEqual(routes.sort());
  });
});
