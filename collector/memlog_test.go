package collector_test

import (
	"testing"

	"cifra/collector"
	"cifra/collector/storetest"
)

func TestMemLog(t *testing.T) {
	logs := make(map[string]*collector.MemLog) // its directories
	storetest.Run(t, func(_ testing.TB, dir string) (collector.Log, func()) {
		if logs[dir] == nil {
			logs[dir] = new(collector.MemLog)
		}
		return logs[dir], func() {}
	})
}
