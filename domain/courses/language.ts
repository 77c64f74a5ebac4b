/** BCP 47: a language and, after hyphens, script, region and the like. */
export const LANGUAGE_PATTERN = '^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$';
