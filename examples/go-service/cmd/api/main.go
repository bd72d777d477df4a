// Command api is the smallest service that shows a build: it says hello, or its version, and ends.
package main

import (
	"fmt"
	"os"

	"example.com/go-service/internal/greeting"
)

// version is set at build time, by -ldflags "-X main.version=v1.2.3".
var version = "dev"

func main() {
	switch {
	case len(os.Args) == 1:
		fmt.Println(greeting.From("api", version))
	case os.Args[1] == "--version":
		fmt.Println("api", version)
	default:
		fmt.Fprintf(os.Stderr, "api: unknown argument %q; the only one is --version\n", os.Args[1])
		os.Exit(2)
	}
}
