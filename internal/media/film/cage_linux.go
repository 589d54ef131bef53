package film

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The cage's limits, on each run of a program.
const (
	cageMemory = 2 << 30 // bytes of address space
	cageFiles  = 64      // open at once
	cageWords  = 1 << 20 // bytes of what it says
	cageNice   = 10      // people who read go first
)

// cage runs ffmpeg on what strangers sent: with an empty environment and no
// input, in a folder that holds nothing but the file, within limits on memory,
// time, open files and what it writes, as a group of its own that is killed
// whole at the deadline and dies with this process, and, where the kernel lets
// us, without any network.
type cage struct {
	sealed bool // without network
}

// seal tries what the kernel lets us.
func (c *cage) seal(ctx context.Context, dir, program string) {
	c.sealed = true
	if _, err := c.run(ctx, dir, 0, program, "-version"); err != nil {
		c.sealed = false
	}
}

// errCage is what a program ended with; any other error of run is a fault of
// ours.
var errCage = errors.New("the program failed")

// run runs a program in dir and gives what it said. written is how many bytes
// one file of its may have. The limits are set by a shell that then becomes the
// program, so that it never runs without them.
func (c *cage) run(ctx context.Context, dir string, written int64, program string, args ...string) ([]byte, error) {
	const script = `ulimit -c 0 && ulimit -t "$1" && ulimit -v "$2" && ulimit -f "$3" && ulimit -n "$4" && shift 4 && exec "$@"`
	cmd := exec.CommandContext(ctx, "/bin/sh", append([]string{"-c", script, "cage",
		strconv.Itoa(int(cageTime / time.Second * 2)), // of two processors
		strconv.Itoa(cageMemory >> 10), strconv.FormatInt(written>>9+1, 10), strconv.Itoa(cageFiles), program}, args...)...)
	cmd.Dir, cmd.Env = dir, []string{}
	said, why := &bounded{most: cageWords}, &bounded{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = said, why
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if c.sealed {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 65534, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 65534, HostID: os.Getgid(), Size: 1}}
	}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second

	// Pdeathsig follows the thread that started the program.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	// That it stays as eager as we are would only make it less polite.
	_ = syscall.Setpriority(syscall.PRIO_PGRP, cmd.Process.Pid, cageNice)
	err := cmd.Wait()
	// What it left behind goes too; usually there is nothing.
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, fmt.Errorf("%w: %w: %s", errCage, err, strings.TrimSpace(why.String()))
	case said.over:
		return nil, fmt.Errorf("%w: it said too much", errCage)
	}
	return said.Bytes(), nil
}

// bounded keeps the first of what is written to it.
type bounded struct {
	bytes.Buffer
	most int
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	n := len(p)
	if room := b.most - b.Len(); n > room {
		p, b.over = p[:room], true
	}
	b.Buffer.Write(p)
	return n, nil
}
