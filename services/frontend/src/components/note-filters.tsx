'use client';

import { useId } from 'react';
import { limits } from '@/lib/note';
import styles from './note-filters.module.css';

interface Props {
  readonly search: string;
  readonly category: string;
  readonly categories: readonly string[];
  readonly onSearch: (search: string) => void;
  readonly onCategory: (category: string) => void;
}

export function NoteFilters({ search, category, categories, onSearch, onCategory }: Props) {
  const searchId = useId();
  const categoryId = useId();
  // The chosen category stays on offer even after its last note is gone.
  const offered = category === '' || categories.includes(category) ? categories : [category, ...categories];
  return (
    <div role="search" className={styles.filters}>
      <div className={styles.search}>
        <label htmlFor={searchId}>Search</label>
        <input
          id={searchId}
          type="search"
          maxLength={limits.search}
          placeholder="Words in title or text"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
      </div>
      <div className={styles.category}>
        <label htmlFor={categoryId}>Category</label>
        <select id={categoryId} value={category} onChange={(event) => onCategory(event.target.value)}>
          <option value="">All</option>
          {offered.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
