"""Files in an S3-compatible bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from storage.files.store import CHUNK, FileMissing, checked


class S3Store:
    """A private bucket; without keys boto3 looks for them where it always does."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
    ) -> None:
        import boto3  # noqa: PLC0415  # half a second, for those who have a bucket
        from botocore.config import Config  # noqa: PLC0415

        self.bucket = bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3}),
        )

    def put(self, key: str, content: BinaryIO) -> None:
        # In parts of 8 MB, so that memory does not grow with the file.
        self._client.upload_fileobj(_Unclosed(content), self.bucket, checked(key))

    def read(self, key: str) -> Iterator[bytes]:
        try:
            found = self._client.get_object(Bucket=self.bucket, Key=checked(key))
        except self._client.exceptions.ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise FileMissing(FileMissing.__doc__) from error
            raise
        return found["Body"].iter_chunks(CHUNK)

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self.bucket, Key=checked(key))


class _Unclosed:
    """Shields a file from boto3, which closes what it has uploaded."""

    def __init__(self, content: BinaryIO) -> None:
        self.read = content.read
