import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { RequestError } from '../http/request-error.ts';
import { ZodPipe } from '../http/zod-pipe.ts';
import { NoteRepository } from './note-repository.ts';
import {
  changeNoteSchema, createNoteSchema, listQuerySchema, noteIdSchema, pinNoteSchema, replaceNoteSchema,
  type ListQuery, type Note, type NoteChanges, type NoteContent, type NotePage,
} from './note.ts';

const noteId = new ZodPipe(noteIdSchema, 'id');

@Controller('api/notes')
export class NotesController {
  readonly #notes: NoteRepository;

  constructor(@Inject(NoteRepository) notes: NoteRepository) {
    this.#notes = notes;
  }

  @Post()
  async create(@Body(new ZodPipe(createNoteSchema)) content: NoteContent): Promise<Note> {
    return this.#notes.create(content);
  }

  @Get()
  async list(@Query(new ZodPipe(listQuerySchema)) query: ListQuery): Promise<NotePage> {
    return this.#notes.list(query);
  }

  @Get(':id')
  async get(@Param('id', noteId) id: string): Promise<Note> {
    return found(id, await this.#notes.get(id));
  }

  @Put(':id')
  async replace(
    @Param('id', noteId) id: string,
    @Body(new ZodPipe(replaceNoteSchema)) content: NoteContent,
  ): Promise<Note> {
    return found(id, await this.#notes.change(id, content));
  }

  @Patch(':id')
  async change(
    @Param('id', noteId) id: string,
    @Body(new ZodPipe(changeNoteSchema)) changes: NoteChanges,
  ): Promise<Note> {
    return found(id, await this.#notes.change(id, changes));
  }

  @Put(':id/pin')
  async pin(
    @Param('id', noteId) id: string,
    @Body(new ZodPipe(pinNoteSchema)) { pinned }: { pinned: boolean },
  ): Promise<Note> {
    return found(id, await this.#notes.change(id, { pinned }));
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id', noteId) id: string): Promise<void> {
    if (!(await this.#notes.delete(id))) throw noSuchNote(id);
  }
}

function found(id: string, note: Note | undefined): Note {
  if (note === undefined) throw noSuchNote(id);
  return note;
}

function noSuchNote(id: string): RequestError {
  return new RequestError(404, 'NOTE_NOT_FOUND', `There is no note ${id}. It may have been deleted.`);
}
