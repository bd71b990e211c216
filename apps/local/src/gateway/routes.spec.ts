import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MANIFESTS, SERVICES } from '../../../manifests.js';
import { findRoute, routesOf } from './routes.js';

/** `[method, path]` of every route in an app's controllers, including those outside its API document. */
async function declaredBy(app: string): Promise<[string, string][]> {
  const files = globSync(`apps/${app}/src/**/*.controller.ts`);
  const modules = await Promise.all(files.map((file) => import(resolve(file)) as Promise<Record<string, unknown>>));
  return modules
    .flatMap((exported) => Object.values(exported))
    .filter((value) => typeof value === 'function' && Reflect.hasMetadata(PATH_METADATA, value))
    .flatMap((controller) => declarationsOf(controller as new () => object));
}

function declarationsOf(controller: new () => object): [string, string][] {
  const paths = (target: object) => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype)
    .map((name) => prototype[name])
    .filter((method): method is object => typeof method === 'function' && Reflect.hasMetadata(METHOD_METADATA, method))
    .flatMap((method) =>
      paths(controller).flatMap((base) =>
        paths(method).map((path): [string, string] => {
          const whole = `/${base}/${path}`.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
          const verb = RequestMethod[Reflect.getMetadata(METHOD_METADATA, method) as number] ?? '';
          return [verb, whole.replace(/:\w+/g, '1')];
        }),
      ),
    );
}

describe('the routes of the manifests', () => {
  const routes = routesOf(Object.values(MANIFESTS));

  it.each([
    ['/users', 'users'],
    ['/users/17', 'users'],
    ['/users/17/orders?page=2', 'orders'],
    ['/auth/login', 'users'],
    ['/.well-known/jwks.json', 'users'],
    ['/products?q=a/b', 'products'],
    ['/products/4/inventory', 'products'],
    ['/products/4/inventory/movements', 'products'],
    ['/orders/9', 'orders'],
  ])('%s is served by %s', (url, app) => {
    expect(findRoute(routes, url)?.app).toBe(app);
  });

  it('lead every documented path to a service, except the health of the whole platform', () => {
    const { paths } = JSON.parse(readFileSync('docs/api/openapi.json', 'utf8')) as { paths: object };
    const astray = Object.keys(paths).filter((path) => findRoute(routes, path.replace(/\{\w+\}/g, '1')) === undefined);
    expect(astray).toEqual(['/health/live', '/health/ready']);
  });

  it.each(SERVICES)('lead every route of %s to it', async (app) => {
    const declared = await declaredBy(app);
    const astray = declared.filter(([, path]) => findRoute(routes, path)?.app !== app);
    expect(astray).toEqual([]);
    expect(declared.length > 0).toBe(MANIFESTS[app].routes.length > 0);
  });

  it.each([['/'], ['/nothing'], ['/usersx'], ['/orders/1/2/3'], ['/xwell-known/jwks.json']])(
    '%s goes to $default',
    (url) => {
      expect(findRoute(routes, url)).toBeUndefined();
    },
  );
});
