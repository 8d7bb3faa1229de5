-- What playlists held when.
SELECT 1;
