package hook

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// group is the processes that descend from a command: on Windows a job object.
type group struct {
	cmd *exec.Cmd
	job windows.Handle
}

func newGroup(cmd *exec.Cmd) (*group, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, fmt.Errorf("make a job object: %w", err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP, HideWindow: true}
	return &group{cmd, job}, nil
}

// join puts the command into the job object; what it starts from then on is in it too.
func (g *group) join() error {
	const access = windows.PROCESS_SET_QUOTA | windows.PROCESS_TERMINATE
	process, err := windows.OpenProcess(access, false, uint32(g.cmd.Process.Pid))
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
		return nil // it has ended already
	}
	if err != nil {
		return fmt.Errorf("open the command's process: %w", err)
	}
	defer func() { _ = windows.CloseHandle(process) }() // nothing was written through it
	if err := windows.AssignProcessToJobObject(g.job, process); err != nil && g.cmd.Process.Signal(syscall.Signal(0)) == nil {
		return fmt.Errorf("assign the command to its job object: %w", err)
	}
	return nil
}

// kill also ends the command itself, for when it has not joined yet.
func (g *group) kill() error {
	return errors.Join(windows.TerminateJobObject(g.job, 1), g.cmd.Process.Kill())
}

func (g *group) close() { _ = windows.CloseHandle(g.job) }
