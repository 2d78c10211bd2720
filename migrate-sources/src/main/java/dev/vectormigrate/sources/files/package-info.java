/**
 * What the readers of data files share: records are counted from 0 in the order of their file, and
 * splits and positions are ordinals. A file is looked through once, which yields its fingerprint
 * and a small index; then readers start near any record. Memory does not grow with the file.
 */
@NullMarked
package dev.vectormigrate.sources.files;

import org.jspecify.annotations.NullMarked;
