-- Links of artists and songs are written by the hundred thousand in a sync, which knows
-- which of the songs are here and counts them itself.
DROP TRIGGER artist_songs_added;
DROP TRIGGER artist_songs_removed;
