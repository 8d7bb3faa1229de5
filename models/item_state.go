package models

// ItemState is an item's state. ItemTransitions is the only authority on its changes.
type ItemState string

const (
	// ItemPending: waits for a worker, or for its not-before time.
	ItemPending ItemState = "pending"
	// ItemRunning: a worker has it; its heartbeat says that it lives.
	ItemRunning ItemState = "running"
	// ItemSucceeded: done.
	ItemSucceeded ItemState = "succeeded"
	// ItemSkipped: rightly not done (already there, not music, unavailable), with the reason.
	ItemSkipped ItemState = "skipped"
	// ItemFailed: gave up, with the error; the operator may retry it.
	ItemFailed ItemState = "failed"
	// ItemInterrupted: was running when its process ended or its worker hung; queued again by recovery.
	ItemInterrupted ItemState = "interrupted"
	// ItemCanceled: its job was canceled before it was done.
	ItemCanceled ItemState = "canceled"
)

// ItemStates lists all item states in the order of an item's life.
var ItemStates = []ItemState{ItemPending, ItemRunning, ItemSucceeded, ItemSkipped, ItemFailed, ItemInterrupted, ItemCanceled}

// ItemEvent is what may happen to an item.
type ItemEvent string

const (
	ItemClaim      ItemEvent = "claim"
	ItemSucceed    ItemEvent = "succeed"
	ItemSkip       ItemEvent = "skip"
	ItemFail       ItemEvent = "fail"
	ItemRetryLater ItemEvent = "retry_later" // back to the queue with a not-before time
	ItemInterrupt  ItemEvent = "interrupt"   // process end, hung worker
	ItemRequeue    ItemEvent = "requeue"     // recovery
	ItemCancel     ItemEvent = "cancel"
	ItemGiveUp     ItemEvent = "give_up"     // the source that it waits for did not come back in time
	ItemRetry      ItemEvent = "retry"       // command: run a failed item again
	ItemForceRetry ItemEvent = "force_retry" // command: run any ended item again
)

// ItemTransitions is the item state machine: state → event → next state.
var ItemTransitions = map[ItemState]map[ItemEvent]ItemState{
	ItemPending: {
		ItemClaim:  ItemRunning,
		ItemCancel: ItemCanceled,
		ItemGiveUp: ItemFailed,
	},
	ItemRunning: {
		ItemSucceed:    ItemSucceeded,
		ItemSkip:       ItemSkipped,
		ItemFail:       ItemFailed,
		ItemRetryLater: ItemPending,
		ItemInterrupt:  ItemInterrupted,
		ItemCancel:     ItemCanceled,
	},
	ItemInterrupted: {
		ItemRequeue: ItemPending,
		ItemCancel:  ItemCanceled,
		ItemRetry:   ItemPending,
	},
	ItemFailed: {
		ItemRetry:      ItemPending,
		ItemForceRetry: ItemPending,
	},
	ItemSkipped:   {ItemForceRetry: ItemPending, ItemRetry: ItemPending},
	ItemSucceeded: {ItemForceRetry: ItemPending},
	ItemCanceled:  {},
}

// Next is the state after event e, false when e is refused in state s.
func (s ItemState) Next(e ItemEvent) (ItemState, bool) {
	next, ok := ItemTransitions[s][e]
	return next, ok
}

// Allows says whether event e is allowed in state s.
func (s ItemState) Allows(e ItemEvent) bool {
	_, ok := ItemTransitions[s][e]
	return ok
}

// Ended says that nothing more happens to the item by itself.
func (s ItemState) Ended() bool {
	switch s {
	case ItemSucceeded, ItemSkipped, ItemFailed, ItemCanceled:
		return true
	}
	return false
}

// ItemStatesAllowing lists the states in which event e is allowed.
func ItemStatesAllowing(e ItemEvent) []ItemState {
	var out []ItemState
	for _, s := range ItemStates {
		if s.Allows(e) {
			out = append(out, s)
		}
	}
	return out
}
