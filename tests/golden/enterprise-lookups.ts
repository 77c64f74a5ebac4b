/** A `lookup` case of transmission_audit.json: was this grade of this enrollment sent already? */
export interface GoldenLookup {
  id: string;
  kind: 'lookup';
  rows: GoldenLookupRow[];
  query: {
    enrollment_id: number;
    plugin_configuration_id: number;
    grade: string | null;
    subsection_id: string | null;
    detect_grade_updated: boolean;
  };
  seed_expectation: boolean;
  installed_expectation: boolean;
}

export interface GoldenLookupRow {
  id: number;
  enrollment_id: number;
  grade: string | null;
  error_message: string;
  is_transmitted: boolean;
  subsection_id: string | null;
  plugin_configuration_id: number;
}

/**
 * The expected answer: 8.8's keying with the seed's grade rule. 8.8 itself where it is told to look at the grade, or finds
 * no row. Where it finds one and doesn't look, the seed's rule is put to the row that 8.8 finds.
 */
export function expectedLookup({ rows, query, installed_expectation: installed }: GoldenLookup): boolean {
  if (query.detect_grade_updated || !installed) return installed;
  const found = rows.filter(
    (row) =>
      row.enrollment_id === query.enrollment_id &&
      row.plugin_configuration_id === query.plugin_configuration_id &&
      row.is_transmitted &&
      (!query.subsection_id || row.subsection_id === query.subsection_id),
  );
  return found.at(-1)?.grade === query.grade;
}
