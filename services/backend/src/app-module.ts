import { Module, type DynamicModule } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { HealthController } from './health/health-controller.ts';
import { Readiness } from './health/readiness.ts';
import { requestMetricsProviders } from './http/request-metrics.ts';
import { NoteRepository } from './notes/note-repository.ts';
import { NotesController } from './notes/notes-controller.ts';

export interface AppParts {
  readonly notes: NoteRepository;
  readonly readiness: Readiness;
}

@Module({})
export class AppModule {
  static of({ notes, readiness }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [PrometheusModule.register({ defaultMetrics: { enabled: true, config: { prefix: 'notes_app_' } } })],
      controllers: [NotesController, HealthController],
      providers: [
        { provide: NoteRepository, useValue: notes },
        { provide: Readiness, useValue: readiness },
        ...requestMetricsProviders,
      ],
    };
  }
}
