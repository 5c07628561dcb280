package provider

import (
	"crypto/rand"
	"fmt"
	"hash/crc32"
	"math/big"
)

const (
	base62           = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	secretPrefix     = "sck_"
	randomCharacters = 36
	checkCharacters  = 6
)

// newAPIKeySecret is a new secret in the form of SignalCraft's keys: a prefix, 36 random characters
// (214 bits) and 6 check characters, a CRC-32 in base 62.
func newAPIKeySecret() (string, error) {
	secret := []byte(secretPrefix)
	for range randomCharacters {
		digit, err := rand.Int(rand.Reader, big.NewInt(int64(len(base62))))
		if err != nil {
			return "", fmt.Errorf("no randomness: %w", err)
		}
		secret = append(secret, base62[digit.Int64()])
	}
	sum := crc32.ChecksumIEEE(secret)
	check := make([]byte, checkCharacters)
	for i := range check {
		check[len(check)-1-i] = base62[sum%uint32(len(base62))]
		sum /= uint32(len(base62))
	}
	return string(append(secret, check...)), nil
}
