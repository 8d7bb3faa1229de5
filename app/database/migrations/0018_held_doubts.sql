-- Why a doubtful fetch was not believed, in numbers, so that it is said in the reader's
-- language. Rows of older programs have the sentence alone.
ALTER TABLE held_changes ADD COLUMN doubt TEXT NOT NULL DEFAULT '';
