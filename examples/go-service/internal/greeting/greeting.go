// Package greeting is what both services say.
package greeting

import (
	"fmt"
	"runtime"
)

// From greets in the name of a service, with the platform it was built for.
func From(service, version string) string {
	return fmt.Sprintf("Hello from %s %s on %s/%s", service, version, runtime.GOOS, runtime.GOARCH)
}
