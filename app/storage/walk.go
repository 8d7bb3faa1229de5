package storage

import "context"

// WalkAll hands over all files below a folder: at once where the backend can, else folder
// by folder, breadth first.
func WalkAll(ctx context.Context, b Backend, dir string, take func(Entry) error) error {
	if w, ok := b.(Walker); ok {
		return w.Walk(ctx, dir, take)
	}
	for queue := []string{dir}; len(queue) > 0; queue = queue[1:] {
		err := b.List(ctx, queue[0], func(e Entry) error {
			if e.Dir {
				queue = append(queue, e.CallPath())
				return nil
			}
			return take(e)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
