import { readFileSync } from 'node:fs';
import { findRoute, readRoutes } from './routes.js';

describe('the routes of serverless.yml', () => {
  const routes = readRoutes('serverless.yml');

  it.each([
    ['GET', '/users', 'users'],
    ['GET', '/users/17', 'users'],
    ['GET', '/users/17/orders?page=2', 'orders'],
    ['POST', '/auth/login', 'users'],
    ['GET', '/.well-known/jwks.json', 'users'],
    ['GET', '/products?q=a/b', 'products'],
    ['PUT', '/products/4/inventory', 'products'],
    ['GET', '/products/4/inventory/movements', 'products'],
    ['DELETE', '/orders/9', 'orders'],
  ])('%s %s is served by %s', (method, url, app) => {
    expect(findRoute(routes, method, url)?.app).toBe(app);
  });

  it('lead every path of the documents to a service; health belongs to the whole platform', () => {
    const { paths } = JSON.parse(readFileSync('docs/api/openapi.json', 'utf8')) as { paths: object };
    const astray = Object.keys(paths).filter(
      (path) => findRoute(routes, 'GET', path.replace(/\{\w+\}/g, '1')) === undefined,
    );
    expect(astray).toEqual(['/health/live', '/health/ready']);
  });

  it.each([['/'], ['/nothing'], ['/usersx'], ['/orders/1/2/3'], ['/xwell-known/jwks.json']])(
    '%s is left to $default',
    (url) => {
      expect(findRoute(routes, 'GET', url)).toBeUndefined();
    },
  );
});
