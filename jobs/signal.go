package jobs

import "sync"

// broadcast tells everybody who waits that something changed.
type broadcast struct {
	mu sync.Mutex
	ch chan struct{}
}

func newBroadcast() *broadcast { return &broadcast{ch: make(chan struct{})} }

// next is closed at the next piece of news.
func (b *broadcast) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ch
}

func (b *broadcast) tell() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.ch)
	b.ch = make(chan struct{})
}

// inbox is how other goroutines reach the loop: they leave a note and ring.
type inbox struct {
	bell chan struct{} // rung when there is something to do

	mu             sync.Mutex
	jobs, commands bool
	notes          []func()
}

func newInbox() *inbox {
	return &inbox{bell: make(chan struct{}, 1), jobs: true, commands: true}
}

// ring wakes the loop; ringing twice is ringing once.
func (i *inbox) ring() {
	select {
	case i.bell <- struct{}{}:
	default:
	}
}

// askForJobs makes the loop look for jobs that it does not know.
func (i *inbox) askForJobs() { i.set(&i.jobs) }

// askForCommands makes the loop look for commands.
func (i *inbox) askForCommands() { i.set(&i.commands) }

func (i *inbox) set(flag *bool) {
	i.mu.Lock()
	*flag = true
	i.mu.Unlock()
	i.ring()
}

// leave has the loop's goroutine run a note.
func (i *inbox) leave(note func()) {
	i.mu.Lock()
	i.notes = append(i.notes, note)
	i.mu.Unlock()
	i.ring()
}

// take hands over what was left since the last time.
func (i *inbox) take() (jobs, commands bool, notes []func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	jobs, commands, notes = i.jobs, i.commands, i.notes
	i.jobs, i.commands, i.notes = false, false, nil
	return jobs, commands, notes
}
