import { engineConformance } from './conformance.ts';
import { duckdbSubject } from './duckdb-subject.ts';

engineConformance('DuckDB', () => duckdbSubject());
