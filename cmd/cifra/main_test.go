package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"testing"

	"cifra/collector"
	"cifra/collector/bolt"
	"cifra/questionnaire/expr"
)

// TestExitCode says whose turn it is for each kind of error that commands
// return.
func TestExitCode(t *testing.T) {
	within := func(err error) error { return fmt.Errorf("export: %w", err) }
	_, noFile := os.Open("nowhere")
	tests := []struct {
		name string
		err  error
		want int
	}{
		{"a mistake in a file", expr.Diagnostics{{Message: "no"}}, 1},
		{"a file that is not there", noFile, 1},
		{"the bare number of it", syscall.ENOENT, 1},
		{"a directory for a file", &fs.PathError{Op: "read", Path: "x", Err: syscall.EISDIR}, 1},
		{"a survey's directory that is a file", &bolt.OpenError{Path: "x", Cause: syscall.ENOTDIR}, 1},
		{"another survey", &collector.SurveyError{Got: "a", Want: "b"}, 1},
		{"called wrongly", &usageError{"no", "yes"}, 2},
		{"an address for all", &collector.LoopbackError{Addr: "0.0.0.0:80"}, 2},
		{"a store that is locked", &bolt.LockedError{Dir: "x"}, 3},
		{"a store that is none", &bolt.OpenError{Path: "x", Cause: errors.New("invalid database")}, 3},
		{"a store that may not be opened", &bolt.OpenError{Path: "x", Cause: fs.ErrPermission}, 3},
		{"a store that is damaged", &bolt.CorruptError{Path: "x", What: "chunk 3"}, 3},
		{"a store that has stopped", &bolt.StoppedError{Path: "x", Cause: errors.New("disk")}, 3},
		{"a store whose disk has gone", &bolt.StoppedError{Path: "x", Cause: syscall.ENOENT}, 3},
		{"a full disk", &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, 3},
		{"a port that is taken", &listenError{"127.0.0.1:80", &net.OpError{Op: "listen", Err: syscall.EADDRINUSE}}, 3},
		{"a name that no machine has", &net.DNSError{Err: "no such host", Name: "nowhere"}, 3},
		{"interrupted", context.Canceled, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, err := range []error{tt.err, within(tt.err)} {
				if got := exitCode(err); got != tt.want {
					t.Errorf("exitCode(%v) = %d, want %d", err, got, tt.want)
				}
			}
		})
	}
}
