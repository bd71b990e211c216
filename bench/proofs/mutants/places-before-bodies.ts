import 'reflect-metadata';
import type { ServerResponse } from 'node:http';
import { Admission } from '@app/http';

const { refusal, enter } = Admission.prototype;
const entered = new WeakSet();

/** A request occupies its place from its head on, before its body arrives. */
Admission.prototype.refusal = function (this: Admission, request) {
  if (entered.has(request)) return refusal.call(this, request);
  entered.add(request);
  const { _httpMessage: response } = request.raw.socket as unknown as { _httpMessage: ServerResponse };
  return enter.call(this, request, response);
};
