import 'reflect-metadata';
import { ContractPipe } from '@app/http';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

const { transform } = ContractPipe.prototype;

/** Validates all of an invalid body, however large it is. */
ContractPipe.prototype.transform = function (this: ContractPipe, value, metadata) {
  try {
    return transform.call(this, value, metadata);
  } catch (error) {
    const whole = plainToInstance(metadata.metatype as new () => object, value, {
      reading: { isText: false },
    } as object);
    validateSync(whole, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false });
    throw error;
  }
};
