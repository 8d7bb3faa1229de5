// Command asynq measures asynq on Redis: one queue, its defaults but the concurrency.
package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/hibiken/asynq"

	"catalogsync/app/bench/peers/internal/measure"
)

// producers write tasks at the same time, since asynq writes them one by one.
const producers = 8

func main() { measure.Main(fill) }

func fill(_ context.Context, t *measure.Task) (func() error, error) {
	redis := asynq.RedisClientOpt{Addr: t.Redis}
	client := asynq.NewClient(redis)
	defer client.Close()
	var group sync.WaitGroup
	errs := make(chan error, producers)
	for p := range producers {
		group.Go(func() {
			for i := p; i < t.Items; i += producers {
				if _, err := client.Enqueue(asynq.NewTask("item", fmt.Appendf(nil, `{"key":"item-%07d"}`, i))); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	group.Wait()
	select {
	case err := <-errs:
		return nil, fmt.Errorf("enqueue: %w", err)
	default:
	}
	server := asynq.NewServer(redis, asynq.Config{Concurrency: t.Workers, LogLevel: asynq.FatalLevel})
	return func() error {
		return server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error {
			t.Do()
			return nil
		}))
	}, nil
}
