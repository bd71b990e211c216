import { loadConfig } from '@app/config';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { InjectCommander } from 'nest-commander';
import { EXIT_HELP } from './context/exit.js';
import { LocalPlace } from './context/local-place.js';
import { Operator } from './context/operator.js';
import { Output } from './context/output.js';
import { Place } from './context/place.js';
import { StagePlace } from './context/stage-place.js';
import { OpsConfig } from './ops.config.js';

interface Program {
  name(text: string): Program;
  addHelpText(position: 'after', text: string): Program;
}

/** The operators' command line. A command composes what it needs only when it runs. */
@Module({})
export class OpsAppModule {
  constructor(@InjectCommander() program: Program) {
    program.name('npm run -s ops --').addHelpText('after', EXIT_HELP);
  }

  /** These groups, on the data of `npm start` or on a stage. */
  static at(stage: string | undefined, output: Output, groups: Type[]): DynamicModule {
    const place = (config: OpsConfig) => (stage === undefined ? new LocalPlace(config) : new StagePlace(stage, config));
    return {
      module: OpsAppModule,
      global: true,
      imports: groups,
      providers: [
        { provide: OpsConfig, useFactory: () => loadConfig(OpsConfig) },
        { provide: Place, inject: [OpsConfig], useFactory: place },
        { provide: Output, useValue: output },
        Operator,
      ],
      exports: [OpsConfig, Place, Output, Operator],
    };
  }
}
