package kmstiertest_test

import (
	"os"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/nodejs"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the tests faster
)

func TestMain(m *testing.M) {
	status := m.Run()
	nodejs.Close()
	os.Exit(status)
}
